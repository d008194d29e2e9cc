import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const SCOPE = '@moorage/'
const SKIPPED = new Set(['node_modules', 'dist'])
const MODULE = /\.[cm]?[jt]s$/
const SCRIPT = /\.sh$/

/**
 * The packages by folder name, the root's own package.json, and every source file: those of the packages' `src` and
 * `test`, those of `tooling` and `docs`, and the configuration at the root.
 */
export async function readWorkspace(root) {
  const packages = new Map()
  const files = []
  for (const name of await folders(root, 'packages')) {
    const folder = `packages/${name}`
    packages.set(name, { folder, ...(await readManifest(root, `${folder}/package.json`)) })
    files.push(...(await readTree(root, `${folder}/src`, { owner: name, part: 'src' })))
    files.push(...(await readTree(root, `${folder}/test`, { owner: name, part: 'test' })))
  }
  for (const folder of ['tooling', 'docs']) files.push(...(await readTree(root, folder, { part: folder })))
  for (const entry of await list(root, '')) {
    if (entry.isFile() && MODULE.test(entry.name)) files.push(await readSource(root, entry.name, { part: 'tooling' }))
  }
  const manifest = await readManifest(root, 'package.json')
  return { packages, manifest, files: files.filter((file) => file !== undefined) }
}

/** The folder name of a workspace package that a specifier names, and what follows it; else undefined. */
export function workspacePackage(specifier) {
  if (!specifier.startsWith(SCOPE)) return undefined
  const [name = '', ...rest] = specifier.slice(SCOPE.length).split('/')
  return { name, subpath: rest.join('/') }
}

/** The workspace packages that a manifest lists in some of its fields. */
export function listedPackages(json, fields) {
  return fields.flatMap((field) =>
    Object.keys(json[field] ?? {}).flatMap((dependency) => workspacePackage(dependency)?.name ?? []),
  )
}

async function readManifest(root, path) {
  const text = await readFile(join(root, path), 'utf8')
  return { path, text, json: JSON.parse(text) }
}

/** Where a manifest names a dependency, for messages. */
export function manifestLine(text, dependency) {
  const lines = text.split('\n')
  const found = lines.findLastIndex((line) => line.includes(`"${dependency}"`))
  return found === -1 ? 1 : found + 1
}

async function folders(root, path) {
  const entries = await list(root, path)
  return entries.flatMap((entry) => (entry.isDirectory() && !isSkipped(entry.name) ? [entry.name] : []))
}

async function readTree(root, folder, owned) {
  const files = []
  for (const entry of await list(root, folder)) {
    if (isSkipped(entry.name)) continue
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) files.push(...(await readTree(root, path, owned)))
    else if (entry.isFile()) files.push(await readSource(root, path, owned))
  }
  return files
}

/** Undefined for what is neither a module nor a script. */
async function readSource(root, path, owned) {
  const isModule = MODULE.test(path)
  const mayBeScript = SCRIPT.test(path) || !/\.[^/]*$/.test(path)
  if (!isModule && !mayBeScript) return undefined
  const text = await readFile(join(root, path), 'utf8')
  return isModule || text.startsWith('#!') ? { path, text, isModule, ...owned } : undefined
}

function isSkipped(name) {
  return SKIPPED.has(name) || name.startsWith('.')
}

async function list(root, path) {
  try {
    const entries = await readdir(join(root, path), { withFileTypes: true })
    return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  }
}
