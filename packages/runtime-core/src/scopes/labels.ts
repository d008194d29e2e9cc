import { isOwnLabel } from '../labels.ts'

/** On every container, network and volume of a scope: which scope it belongs to. */
export const scopeLabel = 'org.moorage.scope'

/** On every container, network and volume of a scope: when the scope was made, RFC 3339. */
export const scopeCreatedLabel = 'org.moorage.scope.created'

/** On every container, network and volume of a scope: the process that owns it, as the caller names it, such as `host/boot/pid`. */
export const scopeOwnerLabel = 'org.moorage.scope.owner'

/** On every container of a scope: a random value of this one creation, which no image can hold in advance. */
export const scopeCreationLabel = 'org.moorage.scope.creation'

/**
 * On every image that a scope builds: the scope, its time and its owner. The keys are not those of containers, because every
 * container and every image made from this one inherits them.
 */
export const scopeImageLabel = 'org.moorage.scope.image'
export const scopeImageCreatedLabel = 'org.moorage.scope.image.created'
export const scopeImageOwnerLabel = 'org.moorage.scope.image.owner'

/** On every image that a scope builds: the names that the build gave to it, separated by spaces. */
export const scopeImageNamesLabel = 'org.moorage.scope.image.names'

/** The caller's labels must not claim another scope: every key of the scopes' own is reserved. */
export function isReserved(label: string): boolean {
  return label === scopeLabel || label.startsWith(`${scopeLabel}.`) || isOwnLabel(label)
}
