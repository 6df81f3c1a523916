/** Blocks of TypeScript whose first line names their file. */
export function codeBlocks(markdown: string): { name: string; text: string }[] {
  const blocks = markdown.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, name, text]) => ({ name: name!, text: text! }));
}

/** Lines of the shell blocks, without their comments. */
export function commands(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
  return blocks
    .flatMap((text) => text.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim()))
    .filter((l) => l !== '');
}
