/** Folders of this repository with contracts whose stubs are committed. */
export const GENERATED_FOLDERS: readonly string[] = [
  'bench/contenders',
  'examples/hello',
  'examples/render-farm',
  'examples/testing',
  'examples/threads',
  'test/bodies',
  'test/chaos',
  'test/faults',
  'test/majordomo',
  'test/odd',
  'test/processes',
];
