/** A module with handlers for threads cannot be loaded, or its handlers do not fit the service. */
export class HandlersError extends Error {
  override readonly name: string = 'HandlersError';
}
