/** One breach of the structure; `path` is relative to the root, with `/`. */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly message: string
}

export interface StructureReport {
  /** Sorted by path and line. */
  readonly findings: readonly Finding[]
  /** How many files were looked at. */
  readonly files: number
  readonly packages: number
}

/** Checks the workspace at `root` (an absolute path). */
export function checkStructure(root: string): Promise<StructureReport>
