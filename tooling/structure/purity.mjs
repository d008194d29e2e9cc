import { builtinModules } from 'node:module'
import { isDeclaredLocally, localNames } from './scopes.mjs'
import { walk } from './syntax.mjs'

/** The package that must run wherever JavaScript does. */
const PURE = 'runtime-core'

const NODE_GLOBALS = new Set([
  'Buffer',
  'NodeJS',
  '__dirname',
  '__filename',
  'clearImmediate',
  'exports',
  'global',
  'module',
  'process',
  'require',
  'setImmediate',
])
const NODE_META = new Set(['dirname', 'filename'])
const BUILT_IN = new Set(builtinModules)

/** What of Node the sources of the core use. */
export function checkPurity(source) {
  if (source.owner !== PURE || source.part !== 'src') return []
  const { path, program, lineOf } = source
  const findings = source.imports.flatMap(({ specifier, line }) =>
    specifier !== undefined && isOfNode(specifier)
      ? [{ path, line, message: `${PURE} imports ${specifier}: it must not need Node` }]
      : [],
  )
  const names = localNames(program)
  walk(program, (node, parent, key) => {
    const name = nodeGlobal(node, parent, key, names)
    if (name === undefined) return
    findings.push({ path, line: lineOf(node.start), message: `${PURE} uses ${name}, which only Node has` })
  })
  return findings
}

function isOfNode(specifier) {
  return specifier.startsWith('node:') || BUILT_IN.has(specifier.split('/')[0] ?? '')
}

function nodeGlobal(node, parent, key, names) {
  if (node.type === 'MemberExpression') {
    const property = propertyName(node)
    if (node.object.type === 'MetaProperty') return NODE_META.has(property) ? `import.meta.${property}` : undefined
    const isGlobal = node.object.type === 'Identifier' && node.object.name === 'globalThis'
    return isGlobal && NODE_GLOBALS.has(property) ? `globalThis.${property}` : undefined
  }
  if (node.type !== 'Identifier' || !NODE_GLOBALS.has(node.name)) return undefined
  if (!isReference(parent, key) || isDeclaredLocally(names, node)) return undefined
  return node.name
}

function propertyName({ property, computed }) {
  if (!computed) return property.name
  return property.type === 'Literal' ? property.value : undefined
}

/** Whether an identifier at this place stands for a variable or type, and is not just the name of a member or label. */
function isReference(parent, key) {
  switch (parent?.type) {
    case 'MemberExpression':
      return key === 'object' || parent.computed
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
    case 'TSAbstractMethodDefinition':
    case 'TSAbstractPropertyDefinition':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return key !== 'key' || parent.computed
    case 'TSQualifiedName':
      return key === 'left'
    case 'ImportSpecifier':
      return key === 'local'
    case 'ExportSpecifier':
      return key === 'local'
    case 'ExportAllDeclaration':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'TSEnumMember':
    case 'TSNamedTupleMember':
    case 'TSImportType':
      return parent.type === 'TSNamedTupleMember' && key === 'elementType'
    default:
      return true
  }
}
