import { describe, expect, test } from 'vitest';
import { sampleServices } from '../sample/sample-service.ts';
import { CONTENDERS, programText } from './programs.ts';

const services = sampleServices(23);

test('a sample has the methods that were asked for, each under a name of its own', () => {
  const names = services.flatMap(({ methods }) => methods.map(({ name }) => name));
  expect(services.map(({ methods }) => methods.length)).toEqual([10, 10, 3]);
  expect(new Set(names).size).toBe(23);
  expect(
    sampleServices(12, 12)[0]
      ?.methods.map(({ name }) => name)
      .slice(9),
  ).toEqual(['notify01', 'find01_1', 'list01_1']);
});

describe.each(CONTENDERS)('the program of the $name', (contender) => {
  test('calls every method once', () => {
    const text = programText(contender, services, true);
    expect(text.match(/await (?!connect)/g)).toHaveLength(23);
    for (const { name } of services.flatMap(({ methods }) => methods)) {
      expect(text.split(`.${name}`)).toHaveLength(2);
    }
  });

  test('without calls is the same but for them', () => {
    const without = programText(contender, services, false);
    expect(programText(contender, services, true).startsWith(without)).toBe(true);
    expect(without).not.toMatch(/await (?!connect)/);
  });

  test('uses the same schemas as the others', () => {
    const text = Object.values(contender.files(services)).join('\n');
    for (const { input } of services.flatMap(({ methods }) => methods)) expect(text).toContain(` = ${input};`);
  });
});
