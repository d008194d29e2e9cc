import { parseSync } from 'oxc-parser'
import { walk } from './syntax.mjs'

/**
 * A file with its syntax tree and its imports: `{ specifier, kind, line }`, where the kind is `static`, `type` (erased,
 * `import type` and `typeof import()` alike) or `dynamic`. A dynamic import whose specifier is not a plain text has none.
 */
export function parseSource(file) {
  const { program, errors } = parseSync(file.path, file.text, { sourceType: 'module' })
  const lineOf = lineFinder(file.text)
  const findings = errors.map((error) => ({
    path: file.path,
    line: lineOf(error.labels[0]?.start ?? 0),
    message: `cannot be parsed: ${error.message}`,
  }))
  const imports = []
  walk(program, (node) => {
    const found = importOf(node)
    if (found !== undefined) imports.push({ ...found, line: lineOf(node.start) })
  })
  return { ...file, program, imports, findings, lineOf }
}

function importOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier: node.source.value, kind: node.importKind === 'type' ? 'type' : 'static' }
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (node.source === null) return undefined
      return { specifier: node.source.value, kind: node.exportKind === 'type' ? 'type' : 'static' }
    case 'TSImportType':
      return { specifier: node.source.value, kind: 'type' }
    case 'TSExternalModuleReference':
      return { specifier: node.expression.value, kind: 'static' }
    case 'ImportExpression':
      return { specifier: plainText(node.source), kind: 'dynamic' }
    case 'CallExpression':
      return isRequire(node.callee) ? { specifier: plainText(node.arguments[0]), kind: 'dynamic' } : undefined
    default:
      return undefined
  }
}

function isRequire(callee) {
  return callee.type === 'Identifier' && callee.name === 'require'
}

function plainText(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked
  return undefined
}

/** Turns an offset into a line number, counted from 1. */
function lineFinder(text) {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    const next = starts.findIndex((start) => start > offset)
    return next === -1 ? starts.length : next
  }
}
