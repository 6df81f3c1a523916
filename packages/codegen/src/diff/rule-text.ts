/** The word of a rule and its value: `pattern /^A/` → `['pattern', '/^A/']`. */
export function splitRule(rule: string): readonly [word: string, value: string] {
  const space = rule.indexOf(' ');
  return space < 0 ? [rule, ''] : [rule.slice(0, space), rule.slice(space + 1)];
}

/** What the first list has and the second lacks; each as often as it occurs. */
export function without(rules: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return rules.filter((rule) => {
    const at = left.indexOf(rule);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
