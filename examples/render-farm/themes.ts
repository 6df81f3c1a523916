/** The shiki themes every document is rendered in. */
export type Theme = 'github-light' | 'nord' | 'vitesse-dark';

export interface ThemeLook {
  readonly name: Theme;
  /** Decides the colours of the page around the document. */
  readonly kind: 'light' | 'dark';
}

export const themes: readonly ThemeLook[] = [
  { name: 'github-light', kind: 'light' },
  { name: 'nord', kind: 'dark' },
  { name: 'vitesse-dark', kind: 'dark' },
];
