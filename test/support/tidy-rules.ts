import type { TextFile } from './repository.ts';

/** A rule about one file: says what is wrong, as `path:line: what`, or nothing. */
export type TidyRule = (file: TextFile) => string[];

/** No file is longer than a reader can hold in mind. */
const fileLength: TidyRule = ({ path, text }) => {
  const count = text.trimEnd().split('\n').length;
  const max = path === 'README.md' ? README_LINES_MAX : path.endsWith('.md') ? Infinity : FILE_LINES_MAX;
  return count > max ? [`${path}: ${count} lines, at most ${max}`] : [];
};

/** Lines fit beside each other in a review. A link cannot be broken, and a line of a test's data need not be. */
const lineLength: TidyRule = perLine((line, path) =>
  path.endsWith('.ts') && line.length > LINE_COLUMNS_MAX && !/https?:\/\//.test(line)
    ? `${line.length} columns, at most ${LINE_COLUMNS_MAX}`
    : undefined,
);

/** What is left to do is done or is an issue; and a word that praises tells the reader nothing. */
const words: TidyRule = perLine((line) => {
  const found = REMINDERS.exec(line) ?? PRAISE.exec(line);
  return found ? `"${found[0]}"` : undefined;
});

/** Nothing in the tree depends on one machine. */
const machinePaths: TidyRule = perLine((line) => {
  const found =
    /(?<![\w.}])\/(?:home|root|Users|work)\/\w+|\bregistry\.[a-z-]+\.(?:com|org|net|io|dev)\b|\bfile:\/\/\/\w/.exec(
      line,
    );
  return found ? `"${found[0]}" exists on one machine only` : undefined;
});

/** The compiler and the linter are answered, not silenced. A type test may expect an error: that is its point. */
const silencers: TidyRule = perLine((line, path) => {
  if (!path.endsWith('.ts')) return undefined;
  const found = /@ts-(?:ignore|nocheck|expect-error)|(?:oxlint|eslint)-disable|oxfmt-ignore/.exec(line);
  if (!found || (found[0] === '@ts-expect-error' && path.endsWith('.test-d.ts'))) return undefined;
  return `${found[0]}: put the cause right instead`;
});

/** Every test runs, here and for everybody. */
const focusedTests: TidyRule = perLine((line, path) => {
  if (!path.endsWith('.test.ts')) return undefined;
  const found = /\b(?:it|test|describe|bench)(?:\.\w+)*\.(?:only|skip|todo|fails)\b/.exec(line);
  return found ? `${found[0]}: make it run or delete it` : undefined;
});

/** A package speaks through its logger; only the command owns the terminal. */
const quietPackages: TidyRule = (file) => {
  if (!/^packages\/[^/]+\/src\//.test(file.path) || isTest(file.path)) return [];
  const isCli = file.path.startsWith('packages/cli/');
  return eachLine(withoutComments(file), (line) => {
    const found = /\bconsole\.\w+/.exec(line) ?? (isCli ? null : /\bprocess\.std(?:out|err)\b/.exec(line));
    return found ? `${found[0]} in a package` : undefined;
  });
};

/** Time, chance and input come into a core as arguments. The linter and `types: []` say the same, in more detail. */
const pureCore: TidyRule = (file) => {
  if (!/^packages\/(?:broker|client|worker)\/src\/core\//.test(file.path) || isTest(file.path)) return [];
  return eachLine(withoutComments(file), (line) => {
    const found = IMPURE.exec(line);
    return found ? `"${found[0]}" in a core` : undefined;
  });
};

/** A file is named for the one thing in it. */
const fileNames: TidyRule = ({ path }) => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /^(?:utils?|helpers?|misc|common|manager)\.ts$/.test(name) ? [`${path}: name the thing that is in it`] : [];
};

export const TIDY_RULES: Readonly<Record<string, TidyRule>> = {
  fileLength,
  lineLength,
  words,
  machinePaths,
  silencers,
  focusedTests,
  quietPackages,
  pureCore,
  fileNames,
};

function perLine(judge: (line: string, path: string) => string | undefined): TidyRule {
  return (file) => eachLine(file, judge);
}

function eachLine({ path, text }: TextFile, judge: (line: string, path: string) => string | undefined): string[] {
  return text.split('\n').flatMap((line, index) => {
    const complaint = judge(line, path);
    return complaint === undefined ? [] : [`${path}:${index + 1}: ${complaint}`];
  });
}

/** The same file with its comments blanked and every line where it was. */
function withoutComments({ path, text }: TextFile): TextFile {
  const blank = (comment: string): string => comment.replace(/[^\n]/g, '');
  return { path, text: text.replace(/\/\*[^]*?\*\//g, blank).replace(/(?<![:'"`])\/\/.*$/gm, blank) };
}

function isTest(path: string): boolean {
  return /\.test[.-]/.test(path);
}

const FILE_LINES_MAX = 500;
const README_LINES_MAX = 200;
const LINE_COLUMNS_MAX = 120;
const REMINDERS = /\b(?:TODO|FIXME|XXX|HACK|WIP)\b/;
const PRAISE =
  /\b(?:blazing(?:ly)?|seamless(?:ly)?|effortless(?:ly)?|cutting-edge|state-of-the-art|world-class|battle-tested|enterprise-grade|next-generation|revolutionary|supercharged?|game-chang\w+)\b/i;
const IMPURE =
  /\b(?:Date\.now|new Date|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|performance\.now|Promise|async|await|Buffer|process\.\w+)\b|['"]node:/;
