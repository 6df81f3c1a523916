/** A module that cannot be loaded. */
export default refuse();

function refuse(): never {
  throw new RangeError('no licence found');
}
