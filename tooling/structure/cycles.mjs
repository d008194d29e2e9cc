import { posix } from 'node:path'
import { listedPackages, manifestLine } from './workspace.mjs'

const LISTS = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies']

/** Files that import each other in a circle, and relative imports that lead nowhere. Types count: a circle is a circle. */
export function findFileCycles(sources) {
  const paths = new Set(sources.map((source) => source.path))
  const findings = []
  const graph = new Map()
  for (const { path, imports } of sources) {
    const edges = new Map()
    for (const { specifier, line } of imports) {
      if (specifier === undefined || !specifier.startsWith('.')) continue
      const target = posix.join(posix.dirname(path), specifier)
      if (paths.has(target)) edges.set(target, edges.get(target) ?? line)
      else if (!/\.(?:json|wasm|node)$/.test(target)) {
        findings.push({
          path,
          line,
          message: `imports ${specifier}, and there is no such file; name it with its ending`,
        })
      }
    }
    graph.set(path, edges)
  }
  for (const cycle of cyclesOf(graph)) {
    const [path, next] = cycle
    const line = graph.get(path)?.get(next) ?? 1
    findings.push({ path, line, message: `files import each other in a circle: ${cycle.join(' -> ')}` })
  }
  return findings
}

/** Packages whose manifests list each other in a circle, devDependencies included. */
export function findPackageCycles({ packages }) {
  const graph = new Map()
  for (const [name, { text, json }] of packages) {
    const listed = listedPackages(json, LISTS).filter((other) => packages.has(other))
    graph.set(name, new Map(listed.map((other) => [other, manifestLine(text, `@moorage/${other}`)])))
  }
  return cyclesOf(graph).map((cycle) => {
    const [name, next] = cycle
    const path = packages.get(name)?.path ?? `packages/${name}/package.json`
    const line = graph.get(name)?.get(next) ?? 1
    return { path, line, message: `packages depend on each other in a circle: ${cycle.join(' -> ')}` }
  })
}

/** One shortest circle per knot of nodes that all reach each other, from its first node by name back to it. */
function cyclesOf(graph) {
  const cycles = []
  const told = new Set()
  for (const start of [...graph.keys()].toSorted()) {
    if (told.has(start)) continue
    const cycle = shortestWayBack(graph, start)
    if (cycle === undefined) continue
    cycles.push(cycle)
    for (const node of knot(graph, start)) told.add(node)
  }
  return cycles
}

function shortestWayBack(graph, start) {
  const ways = [[start]]
  const seen = new Set()
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of graph.get(way.at(-1))?.keys() ?? []) {
      if (next === start) return [...way, start]
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return undefined
}

/** The nodes that `start` reaches and that reach it. */
function knot(graph, start) {
  const reached = reachable(graph, start)
  return [start, ...[...reached].filter((node) => reachable(graph, node).has(start))]
}

function reachable(graph, start) {
  const seen = new Set()
  const open = [start]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const next of graph.get(node)?.keys() ?? []) {
      if (seen.has(next)) continue
      seen.add(next)
      open.push(next)
    }
  }
  return seen
}
