import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkStructure } from './structure.mjs'

/** Files of a workspace by path; an object is written as JSON. */
export type Files = Readonly<Record<string, string | object>>

type Lists = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The package.json of a package: `manifest('runtime', { dependencies: ['@moorage/runtime-core'] })`. */
export function manifest(folder: string, lists: Readonly<Record<string, readonly string[]>> = {}): Files {
  const listed: Lists = Object.fromEntries(
    Object.entries(lists).map(([field, names]) => [field, Object.fromEntries(names.map((name) => [name, '*']))]),
  )
  return { [`packages/${folder}/package.json`]: { name: `@moorage/${folder}`, ...listed } }
}

/** What the check finds in a workspace of these files, as `path:line message`. */
export async function findingsIn(files: Files): Promise<readonly string[]> {
  const { findings } = await inWorkspace(files, checkStructure)
  return findings.map(({ path, line, message }) => `${path}:${line} ${message}`)
}

/** Writes a workspace of these files, which is gone again once `run` has settled. */
export async function inWorkspace<Result>(files: Files, run: (root: string) => Promise<Result>): Promise<Result> {
  const root = await mkdtemp(join(tmpdir(), 'moorage-structure-'))
  try {
    for (const [path, content] of Object.entries({ 'package.json': { name: 'root' }, ...files })) {
      await mkdir(join(root, dirname(path)), { recursive: true })
      await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content, undefined, 2))
    }
    return await run(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
