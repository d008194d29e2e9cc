import { posix } from 'node:path'
import { workspacePackage } from './workspace.mjs'

const SUITE = 'runtime-contract-tests'
const BACKENDS = ['runtime-docker', 'runtime-podman', 'runtime-fake']

/**
 * Which packages the sources of a package may import, which of them only by `import()` once they are picked, and which
 * ones its tests may import besides. The arrows go one way: everything to the core, the adapters to the engine's API,
 * never from one backend to another.
 */
const WALLS = {
  'runtime-core': { src: [], lazily: [], test: [] },
  'build-context': { src: ['runtime-core'], lazily: [], test: [] },
  'engine-api': { src: ['runtime-core', 'build-context'], lazily: [], test: [] },
  'runtime-docker': { src: ['runtime-core', 'engine-api'], lazily: [], test: [SUITE] },
  'runtime-podman': { src: ['runtime-core', 'build-context', 'engine-api'], lazily: [], test: [SUITE] },
  'runtime-fake': { src: ['runtime-core', 'build-context'], lazily: [], test: [SUITE] },
  'runtime-contract-tests': { src: ['runtime-core'], lazily: [], test: [] },
  runtime: { src: ['runtime-core'], lazily: BACKENDS, test: [...BACKENDS, SUITE] },
}

/** Test runners are for tests; of the sources only the contract's bindings to them may know one. */
const RUNNERS = /^(?:vitest|node:test)(?:\/|$)/
const BINDINGS = /^packages\/runtime-contract-tests\/src\/(?:vitest|node-test)(?:\.ts$|\/)/

/** Imports that go where the file has no business. */
export function checkWalls(source, workspace) {
  return source.imports.flatMap((found) => {
    const message = breach(source, found, workspace)
    return message === undefined ? [] : [{ path: source.path, line: found.line, message }]
  })
}

function breach(source, { specifier, kind }, workspace) {
  if (specifier === undefined) {
    return source.part === 'src' ? 'import() of a computed name cannot be checked: write the name as text' : undefined
  }
  if (specifier.startsWith('.')) return breachByPath(source, specifier, workspace)
  if (specifier.startsWith('/') || specifier.startsWith('file:')) return `imports the absolute path ${specifier}`
  const target = workspacePackage(specifier)
  if (target === undefined) return breachByRunner(source, specifier)
  if (!workspace.packages.has(target.name)) return `imports ${specifier}, which is not a package of this workspace`
  if (/^(?:src|dist|test)(?:\/|$)/.test(target.subpath))
    return `reaches into a package: import @moorage/${target.name} by its name`
  return source.owner === undefined ? undefined : breachByName(source, target.name, kind)
}

function breachByRunner({ path, part }, specifier) {
  if (part !== 'src' || !RUNNERS.test(specifier) || BINDINGS.test(path)) return undefined
  return `a source imports ${specifier}: test runners are for tests and for the contract's bindings to them`
}

function breachByName({ owner, part }, target, kind) {
  // Tests may use their package as its users do.
  if (target === owner)
    return part === 'src' ? 'a source imports its own package by name: import the file by its path' : undefined
  const wall = WALLS[owner]
  if (wall === undefined)
    return `packages/${owner} has no entry in tooling/structure/walls.mjs: say there what it may import`
  if (wall.src.includes(target)) return undefined
  if (part === 'test' && (wall.lazily.includes(target) || wall.test.includes(target))) return undefined
  if (wall.lazily.includes(target)) {
    return kind === 'dynamic' ? undefined : `${owner} may import ${target} only by import(), once it is picked`
  }
  const allowed = part === 'test' ? [...wall.src, ...wall.lazily, ...wall.test] : [...wall.src, ...wall.lazily]
  const may = allowed.length === 0 ? 'no other package' : `only ${allowed.join(', ')}`
  return `${part === 'test' ? 'the tests of ' : ''}${owner} may import ${may}, and not ${target}`
}

function breachByPath({ path, owner, part }, specifier, workspace) {
  const target = posix.join(posix.dirname(path), specifier)
  if (target.startsWith('../')) return `imports ${specifier}, which is outside of the repository`
  const [top, name, inside] = target.split('/')
  if (top === 'packages' && workspace.packages.has(name)) {
    if (name !== owner && (owner !== undefined || inside !== 'test')) {
      return `reaches into packages/${name} by path: import @moorage/${name} by its name`
    }
    if (part === 'src' && inside !== 'src') return `a source imports ${specifier}, which is outside of src`
    return undefined
  }
  return part === 'src' ? `a source imports ${specifier}, which is outside of its package` : undefined
}
