import { Ring, RingNode } from '@reeve/protocol';

/**
 * Finds the least loaded of many, the one that has waited longest first among equals, in constant time.
 *
 * One list per load. Members enter their list at the back, so the front of a list has waited longest.
 */
export class LeastLoaded<Owner> {
  readonly #byLoad: Ring<Owner>[] = [];
  #lowest = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The least loaded member, or `undefined` if there is none. */
  get first(): Owner | undefined {
    if (this.#size === 0) return undefined;
    while (this.#byLoad[this.#lowest]!.size === 0) this.#lowest += 1;
    return this.#byLoad[this.#lowest]!.first;
  }

  /** The least loaded member that fits. Walks past those that do not: for the few that are choosy. */
  find(fits: (owner: Owner) => boolean): Owner | undefined {
    if (this.#size === 0) return undefined;
    for (let load = this.#lowest; load < this.#byLoad.length; load++) {
      for (const owner of this.#byLoad[load]!) if (fits(owner)) return owner;
    }
    return undefined;
  }

  add(place: LoadPlace<Owner>, load: number): void {
    while (this.#byLoad.length <= load) this.#byLoad.push(new Ring<Owner>());
    this.#byLoad[load]!.push(place);
    place.load = load;
    this.#size += 1;
    if (load < this.#lowest) this.#lowest = load;
  }

  remove(place: LoadPlace<Owner>): void {
    this.#byLoad[place.load]!.remove(place);
    this.#size -= 1;
  }
}

/** A member's place. Not linked while the member is not to be found. */
export class LoadPlace<Owner> extends RingNode<Owner> {
  load = 0;
}
