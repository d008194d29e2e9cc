import { findFileCycles, findPackageCycles } from './cycles.mjs'
import { checkDependencies } from './dependencies.mjs'
import { checkPurity } from './purity.mjs'
import { checkSize } from './size.mjs'
import { parseSource } from './source.mjs'
import { checkWalls } from './walls.mjs'
import { readWorkspace } from './workspace.mjs'

/** All findings about the workspace at a root, sorted by place. */
export async function checkStructure(root) {
  const workspace = await readWorkspace(root)
  const findings = []
  const sources = []
  for (const file of workspace.files) {
    findings.push(...checkSize(file))
    if (!file.isModule) continue
    const source = parseSource(file)
    findings.push(...source.findings)
    sources.push(source)
  }
  for (const source of sources) {
    findings.push(...checkWalls(source, workspace), ...checkDependencies(source, workspace), ...checkPurity(source))
  }
  findings.push(...findFileCycles(sources, workspace), ...findPackageCycles(workspace))
  findings.sort((one, other) => compare(one.path, other.path) || one.line - other.line)
  return { findings, files: workspace.files.length, packages: workspace.packages.size }
}

function compare(one, other) {
  return one < other ? -1 : Number(one > other)
}
