/** Gives headings the ids by which links find them, as GitHub and most others do: `placeOrder` → `placeorder`. */
export class HeadingIds {
  readonly #counts = new Map<string, number>();

  take(heading: string): string {
    const id = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = this.#counts.get(id) ?? 0;
    this.#counts.set(id, count + 1);
    return count === 0 ? id : `${id}-${count}`;
  }
}
