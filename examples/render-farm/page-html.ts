import { escapeHtml } from './safe-html.ts';
import { documentTitle, pageName } from './page-name.ts';
import type { PairName } from './plan.ts';
import { type Theme, themes } from './themes.ts';

/** A whole page around the HTML of one document, with links to it in the other themes of the run. */
export function documentPage(pair: PairName, html: string, rendered: ReadonlySet<Theme>): string {
  const { packageName, file } = documentTitle(pair.path);
  const kind = themes.find((theme) => theme.name === pair.theme)?.kind ?? 'light';
  const shown = themes.filter(({ name }) => name === pair.theme || rendered.has(name));
  const links = shown.map(({ name }) =>
    name === pair.theme
      ? `<b aria-current="page">${name}</b>`
      : `<a href="../${escapeHtml(pageName({ path: pair.path, theme: name }))}">${name}</a>`,
  );
  return shell({
    title: `${packageName} ${file}`,
    kind,
    body: `<nav><a href="../index.html">All documents</a><span>${links.join(' ')}</span></nav>
<header><h1>${escapeHtml(packageName)}</h1><p>${escapeHtml(file)}</p></header>
<article>
${html}</article>`,
  });
}

/** The page that links all others: one row a document, one column a theme. */
export function indexPage(pathThemes: ReadonlyMap<string, ReadonlySet<Theme>>, facts: string): string {
  const rows = [...pathThemes].map(([path, rendered]) => indexRow(path, rendered));
  const columns = themes.map(({ name }) => `<th>${name}</th>`).join('');
  return shell({
    title: 'Render farm',
    kind: 'light',
    body: `<header><h1>Render farm</h1><p>${escapeHtml(facts)}</p></header>
<table><thead><tr><th>Package</th><th>File</th>${columns}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table>`,
  });
}

function indexRow(path: string, rendered: ReadonlySet<Theme>): string {
  const { packageName, file } = documentTitle(path);
  const cells = themes.map(({ name }) =>
    rendered.has(name) ? `<td><a href="${escapeHtml(pageName({ path, theme: name }))}">open</a></td>` : '<td></td>',
  );
  return `<tr><td>${escapeHtml(packageName)}</td><td>${escapeHtml(file)}</td>${cells.join('')}</tr>`;
}

interface Shell {
  readonly title: string;
  readonly kind: 'light' | 'dark';
  /** Safe HTML. */
  readonly body: string;
}

/**
 * The renderer drops what could run or load something. The policy is the second lock: the pages are
 * safe to open and look the same without a network.
 */
function shell({ title, kind, body }: Shell): string {
  return `<!doctype html>
<html lang="en" class="${kind}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${stylesheet}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

const stylesheet = `
:root { --paper: #fff; --ink: #1f2328; --quiet: #656d76; --line: #d8dee4; --link: #0b5cad; }
.dark { --paper: #16181d; --ink: #dfe3ea; --quiet: #8f97a3; --line: #30343c; --link: #7db7ff; color-scheme: dark; }
body { max-width: 60rem; margin: 0 auto; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
a { color: var(--link); }
nav { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 2rem; font-size: .9rem; }
nav span { display: flex; gap: 1rem; }
header { border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; }
header h1 { margin: 1rem 0 0; } header p { margin: 0 0 1rem; color: var(--quiet); }
h1, h2, h3 { line-height: 1.25; }
code { font: .875em/1.5 ui-monospace, Menlo, Consolas, monospace; }
pre { padding: 1rem; border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 4px solid var(--line); color: var(--quiet); }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { padding: .3rem .8rem; border: 1px solid var(--line); text-align: left; }
`;

/** A page may style itself and nothing else: what it shows was written by strangers. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
