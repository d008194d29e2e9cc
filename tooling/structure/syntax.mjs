import { visitorKeys } from 'oxc-parser'

/** Visits a node and everything below it, parents first; `visit` gets the node, its parent and the parent's key. */
export function walk(node, visit, parent, key) {
  visit(node, parent, key)
  for (const childKey of visitorKeys[node.type] ?? []) {
    const child = node[childKey]
    if (Array.isArray(child)) {
      for (const item of child) if (isNode(item)) walk(item, visit, node, childKey)
    } else if (isNode(child)) walk(child, visit, node, childKey)
  }
}

function isNode(value) {
  return typeof value === 'object' && value !== null && typeof value.type === 'string'
}
