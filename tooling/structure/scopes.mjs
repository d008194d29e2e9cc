import { walk } from './syntax.mjs'

const SCOPES = new Set(['Program', 'BlockStatement', 'StaticBlock', 'TSModuleBlock', 'SwitchStatement', 'CatchClause'])
const LOOPS = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement'])

/** Every name that a file declares itself, with the stretches of text in which it means that declaration. */
export function localNames(program) {
  const names = new Map()
  const declare = (pattern, scope) => {
    for (const name of boundNames(pattern)) {
      if (!names.has(name)) names.set(name, [])
      names.get(name).push({ start: scope.start, end: scope.end })
    }
  }
  collect(program, program, declare)
  return names
}

export function isDeclaredLocally(names, { name, start, end }) {
  return (names.get(name) ?? []).some((scope) => scope.start <= start && end <= scope.end)
}

/** Walks with the innermost scope at hand: the enclosing function, block or loop. */
function collect(root, scope, declare) {
  const scopeOf = new Map([[root, scope]])
  walk(root, (node, parent) => {
    const outer = parent === undefined ? scope : scopeOf.get(parent)
    const opens = SCOPES.has(node.type) || LOOPS.has(node.type) || parametersOf(node) !== undefined
    scopeOf.set(node, opens ? node : outer)
    for (const [pattern, where] of declarations(node, outer)) declare(pattern, where)
  })
}

/** What a node declares, each with its scope. */
function declarations(node, outer) {
  const parameters = (parametersOf(node) ?? []).map((parameter) => [parameter, node])
  switch (node.type) {
    case 'VariableDeclarator':
      return [[node.id, outer]]
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return [...parameters, ...(node.id === null ? [] : [[node.id, outer]])]
    case 'FunctionExpression':
      return [...parameters, ...(node.id === null ? [] : [[node.id, node]])]
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
      return node.id === null ? [] : [[node.id, outer]]
    case 'ClassExpression':
      return node.id === null ? [] : [[node.id, node]]
    case 'CatchClause':
      return node.param === null ? [] : [[node.param, node]]
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return [[node.local, outer]]
    default:
      return parameters
  }
}

/** The parameters of a function, or of the type of one; type parameters are none. */
function parametersOf(node) {
  if (node.type === 'TSIndexSignature') return node.parameters
  if (node.type === 'TSTypeParameterDeclaration' || node.type === 'TSTypeParameterInstantiation') return undefined
  return node.params
}

function boundNames(pattern) {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => boundNames(property.value ?? property.argument))
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => boundNames(element))
    case 'AssignmentPattern':
      return boundNames(pattern.left)
    case 'RestElement':
      return boundNames(pattern.argument)
    case 'TSParameterProperty':
      return boundNames(pattern.parameter)
    default:
      return []
  }
}
