/** Makes text safe inside an element and inside a double-quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => replacements[character] ?? character);
}

/** A link where the address leads to the web; elsewhere its text alone, since it would lead nowhere. */
export function webLink(href: string, safeText: string): string {
  return webAddress.test(href) ? `<a href="${escapeHtml(href)}">${safeText}</a>` : safeText;
}

/**
 * Keeps of raw HTML the text, the tags that shape it, without attributes, and links to the web.
 *
 * READMEs come from many authors. What could run, load, redirect or cover a page is dropped by
 * naming what stays, not what goes.
 */
export function plainHtml(html: string): string {
  return html
    .replace(/<!--[^]*?(-->|$)/g, '')
    .replace(/<(script|style)\b[^]*?(<\/\1\s*>|$)/gi, '')
    .replace(/<[^>]*>?/g, (tag) => plainTag(tag));
}

function plainTag(tag: string): string {
  const [, slash = '', written = ''] = /^<(\/?)([a-z][a-z0-9]*)(?=[\s/>])[^>]*>$/i.exec(tag) ?? [];
  const name = written.toLowerCase();
  if (name === 'a' && slash === '') {
    const href = /\shref\s*=\s*"([^"]*)"/i.exec(tag)?.[1] ?? '';
    return webAddress.test(href) ? `<a href="${href}">` : '<a>';
  }
  return keptTags.has(name) ? `<${slash}${name}>` : '';
}

const webAddress = /^(https?:\/\/|mailto:)/i;

const keptTags: ReadonlySet<string> = new Set(
  `a b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p pre q s
  samp small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var`.split(/\s+/),
);

const replacements: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
