// A module that cannot be loaded.
export default await Promise.reject(new RangeError('no licence found'));
