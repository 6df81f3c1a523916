import { describe, expect, it } from 'vitest';
import { escapeHtml, plainHtml, webLink } from './safe-html.ts';

describe('escapeHtml', () => {
  it('escapes all that ends a text or an attribute', () => {
    expect(escapeHtml(`<a href="x" title='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;');
  });
});

describe('webLink', () => {
  it.each(['https://example.org/', 'HTTP://example.org/', 'mailto:a@example.org'])('links to %s', (href) =>
    expect(webLink(href, '<b>t</b>')).toBe(`<a href="${href}"><b>t</b></a>`),
  );

  it.each(['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'a.md', '#a', '//a', ''])(
    'leaves the text of "%s"',
    (href) => expect(webLink(href, 't')).toBe('t'),
  );
});

describe('plainHtml', () => {
  it.each([
    ['keeps tags that shape the text', '<P align="center"><b>x</b><br/></P>', '<p><b>x</b><br></p>'],
    [
      'keeps a link to the web',
      '<a class="c" href="https://a.b/?c&amp;d" onclick="e">x</a>',
      '<a href="https://a.b/?c&amp;d">x</a>',
    ],
    ['keeps no other link', '<a href="javascript:x">x</a>', '<a>x</a>'],
    ['drops pictures', '<img src="https://a.b/c.png">', ''],
    ['drops a redirect', '<meta http-equiv="refresh" content="0; url=https://a.b">', ''],
    ['drops scripts with their text', 'a<SCRIPT type="x">alert("</b>")</script >b', 'ab'],
    ['drops a script without an end', 'a<script>b', 'a'],
    ['drops styles with their text', '<style>a { b: c }</style>d', 'd'],
    ['drops comments', 'a<!-- <b> -->c<!-- d', 'ac'],
    ['drops a tag without an end', 'a<b onclick="c', 'a'],
    ['drops what is left of a tag around a script', 'a<scr<script>b</script>ipt src="x">c', 'ac'],
    ['drops what only begins like a kept tag', '<b-b><b:b></p-p>', ''],
  ])('%s', (_, html, plain) => {
    expect(plainHtml(html)).toBe(plain);
  });
});
