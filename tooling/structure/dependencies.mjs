import { builtinModules } from 'node:module'
import { workspacePackage } from './workspace.mjs'

const BUILT_IN = new Set(builtinModules)
const SHIPPED = ['dependencies', 'peerDependencies', 'optionalDependencies']

/** Imports of packages that the package.json next to the file does not list; what ships may not come from devDependencies. */
export function checkDependencies(source, workspace) {
  const { owner, part, path } = source
  return source.imports.flatMap(({ specifier, line }) => {
    const dependency = specifier === undefined ? undefined : dependencyName(specifier)
    if (dependency === undefined) return []
    const own = owner === undefined ? workspace.manifest : workspace.packages.get(owner)
    // A package by its own name is for the walls to refuse.
    if (own.json.name === dependency) return []
    if (lists(own.json, SHIPPED, dependency)) return []
    if (part !== 'src' && lists(own.json, ['devDependencies'], dependency)) return []
    // Test tools are the root's; packages of the workspace are not, for a cycle among them would go unseen.
    const isTestTool = part === 'test' && workspacePackage(dependency) === undefined
    if (isTestTool && lists(workspace.manifest.json, ['devDependencies'], dependency)) return []
    const where = part === 'src' ? 'dependencies or peerDependencies' : 'devDependencies'
    return [{ path, line, message: `imports ${dependency}, which ${own.path} does not list: add it to its ${where}` }]
  })
}

/** The package that a bare specifier names; undefined for paths and for what Node brings along. */
function dependencyName(specifier) {
  if (/^(?:\.|\/|#|[a-z]+:)/.test(specifier)) return undefined
  const parts = specifier.split('/')
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
  return BUILT_IN.has(name) ? undefined : name
}

function lists(json, fields, dependency) {
  return fields.some((field) => Object.hasOwn(json[field] ?? {}, dependency))
}
