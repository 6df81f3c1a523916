/** A mistake in a contract: where it is, what is wrong and what to do about it, in one line. */
export class ContractError extends Error {
  override readonly name: string = 'ContractError';
  /** Such as `orders.place`. */
  readonly where: string;
  readonly hint: string;

  constructor(where: string, problem: string, hint: string) {
    super(`${where}: ${problem} ${hint}`);
    this.where = where;
    this.hint = hint;
  }
}
