import { beforeAll, describe, expect, it } from 'vitest';
import { createRenderer, type Render } from './render.ts';
import { themes } from './themes.ts';

let render: Render;

beforeAll(async () => {
  render = await createRenderer();
});

describe('createRenderer', () => {
  it('renders Markdown with tables and task lists', () => {
    const html = render('# Title\n\n|a|\n|-|\n|1|\n\n- [x] done\n', 'nord');

    expect(html).toContain('<h1>Title</h1>');
    expect(html).toContain('<td>1</td>');
    expect(html).toContain('type="checkbox"');
  });

  it('colours a code block by the theme', () => {
    const pages = themes.map(({ name }) => render(fence('ts', 'const a: number = 1;'), name));

    for (const [index, { name }] of themes.entries()) {
      expect(pages[index]).toContain(`<pre class="shiki ${name}"`);
    }
    expect(new Set(pages).size).toBe(themes.length);
    expect(pages[0]?.match(/<span style="color:/g)?.length).toBeGreaterThan(3);
  });

  it.each(['ts {1,3}', 'TS', 'ts title="a.ts"', 'ts:a.ts'])('reads the language of "%s"', (info) => {
    expect(render(fence(info, 'let a = 1;'), 'nord')).toBe(render(fence('ts', 'let a = 1;'), 'nord'));
  });

  it.each(['nonsense', '', '../..', 'constructor'])('shows the language "%s" as plain text', (info) => {
    const html = render(fence(info, 'let a = "<b>";'), 'nord');

    expect(html).toContain('let a = "&#x3C;b>";');
    expect(html).not.toContain('<span style="color:');
  });

  it('names a picture instead of fetching it', () => {
    expect(render('![A "cat"](https://example.org/cat.png)', 'nord')).toBe(
      '<p><a href="https://example.org/cat.png">A &quot;cat&quot;</a></p>\n',
    );
  });

  it('links to the web alone', () => {
    expect(render('[**a**](https://example.org/?a=1&b="2")', 'nord')).toBe(
      '<p><a href="https://example.org/?a=1&amp;b=&quot;2&quot;"><strong>a</strong></a></p>\n',
    );
    expect(render('[a](docs/a.md) [b](javascript:alert(1)) [c](#c)', 'nord')).toBe('<p>a b c</p>\n');
  });

  it('keeps no raw HTML that could do more than shape the text', () => {
    const html = render('a <script>alert(1)</script>\n\n<div onclick="x">b<img src="y"></div>', 'nord');

    expect(html).not.toMatch(/<script|<img|onclick/);
    expect(html).toContain('<div>b</div>');
  });

  it('gives an empty page for an empty document', () => {
    expect(render('', 'nord')).toBe('');
  });

  it('gives the same bytes whatever was rendered before', async () => {
    const documents = [
      fence('md', '# a\n```sql\nselect 1\n```\n```ts\nlet a = `${b}`\n```'),
      fence('html', '<style>a { color: red }</style><script>let a = 1</script>'),
      fence('sh', 'echo "$HOME" | grep -c x'),
      fence('tsx', 'const a = <b>{c}</b>;'),
      fence('json', '{"a": [1, null]}'),
    ];
    const forwards = documents.map((markdown) => render(markdown, 'nord'));

    const fresh = await createRenderer();
    const backwards = [...documents].reverse().map((markdown) => fresh(markdown, 'nord'));

    expect(backwards.reverse()).toEqual(forwards);
    expect(documents.map((markdown) => render(markdown, 'nord'))).toEqual(forwards);
  });
});

function fence(info: string, code: string): string {
  return `~~~${info}\n${code}\n~~~\n`;
}
