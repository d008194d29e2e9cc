import { isOwnLabel } from '../labels.ts'

/** On every resource of a scope: which scope it belongs to. */
export const scopeLabel = 'org.moorage.scope'

/** On every resource of a scope: when the scope was made, RFC 3339. */
export const scopeCreatedLabel = 'org.moorage.scope.created'

/** On every resource of a scope: the process that owns it, in words of the caller's, such as `host/boot/pid`. */
export const scopeOwnerLabel = 'org.moorage.scope.owner'

const scopeLabels: ReadonlySet<string> = new Set([scopeLabel, scopeCreatedLabel, scopeOwnerLabel])

/** Labels of the caller must not say that something belongs to another scope. */
export function isReserved(label: string): boolean {
  return scopeLabels.has(label) || isOwnLabel(label)
}
