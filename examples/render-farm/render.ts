import { Marked } from 'marked';
import {
  type BundledLanguage,
  type BundledTheme,
  createHighlighter,
  createOnigurumaEngine,
  type HighlighterGeneric,
} from 'shiki';
import { escapeHtml, plainHtml, webLink } from './safe-html.ts';
import { type Theme, themes } from './themes.ts';

/** Turns Markdown into an HTML fragment whose code blocks wear the colours of one theme. */
export type Render = (markdown: string, theme: Theme) => string;

/**
 * Loads the grammars and themes and returns a renderer.
 *
 * The same Markdown and theme give the same bytes in every process, whatever was rendered before:
 * the farm is judged by comparing hashes. Three things could break this and are ruled out here.
 * A grammar that embeds others (Markdown does) colours only those loaded so far, so all languages
 * are loaded now, in a fixed order. The highlighter gives up on a line after 500 ms by default, so
 * a busy machine would change the output: the limit is off. Marked has global options: this
 * instance has its own.
 */
export async function createRenderer(): Promise<Render> {
  const highlighter = await createHighlighter({
    themes: themes.map((theme) => theme.name),
    langs: [...languages],
    engine: await createOnigurumaEngine(import('shiki/wasm')),
  });
  const known = new Set(highlighter.getLoadedLanguages());
  const renderers = new Map(themes.map((theme) => [theme.name, markdownRenderer(highlighter, known, theme.name)]));
  return (markdown, theme) => {
    const renderer = renderers.get(theme);
    if (renderer === undefined) throw new RangeError(`No theme is called "${theme}".`);
    return renderer.parse(markdown, { async: false });
  };
}

function markdownRenderer(
  highlighter: HighlighterGeneric<BundledLanguage, BundledTheme>,
  known: ReadonlySet<string>,
  theme: Theme,
): Marked {
  return new Marked({
    gfm: true,
    breaks: false,
    pedantic: false,
    renderer: {
      code({ text, lang }) {
        const language = languageName(lang);
        return highlighter.codeToHtml(text, {
          lang: known.has(language) ? language : 'text',
          theme,
          tokenizeTimeLimit: 0,
          tokenizeMaxLineLength: 0,
        });
      },
      link({ href, tokens }) {
        return webLink(href, this.parser.parseInline(tokens));
      },
      // A picture would be fetched from somebody else's host, or be missing: name it instead.
      image({ href, text }) {
        return webLink(href, escapeHtml(text === '' ? href : text));
      },
      html({ text }) {
        return plainHtml(text);
      },
    },
  });
}

/** The first word after the fence, as in "js", "ts {1,3}" or "json:package.json". */
function languageName(info: string | undefined): string {
  return (/^[\w+#-]+/.exec((info ?? '').trim())?.[0] ?? '').toLowerCase();
}

/** What the READMEs of npm packages contain; any other language is shown as plain text. */
const languages = [
  'javascript',
  'typescript',
  'jsx',
  'tsx',
  'json',
  'jsonc',
  'json5',
  'shellscript',
  'shellsession',
  'powershell',
  'html',
  'css',
  'scss',
  'yaml',
  'toml',
  'ini',
  'diff',
  'xml',
  'docker',
  'markdown',
] as const satisfies readonly BundledLanguage[];
