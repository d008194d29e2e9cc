export { readSecrets } from './secrets.ts'
export { select } from './selection.ts'
export { dockerfileText, ignorePatterns, sourceOf, type BuildSource } from './source.ts'
export type { Tree, TreeEntry } from './tree.ts'
