// A module that cannot be loaded.
throw new RangeError('no licence found');
export {};
