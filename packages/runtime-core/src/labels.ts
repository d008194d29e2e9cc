/** On everything that a runtime creates: which call created it, so that what an abort leaves behind can be found. */
export const operationLabel = 'org.moorage.operation'

/** On everything that a runtime creates: which runtime created it. */
export const runtimeLabel = 'org.moorage.runtime'

/** Whether `labels` has every wanted pair and every wanted key. */
export function matchesLabels(
  labels: Readonly<Record<string, string>>,
  wanted: { readonly labels?: Readonly<Record<string, string>>; readonly labelKeys?: readonly string[] },
): boolean {
  const has = (key: string): boolean => Object.hasOwn(labels, key)
  return (
    Object.entries(wanted.labels ?? {}).every(([key, value]) => has(key) && labels[key] === value) &&
    (wanted.labelKeys ?? []).every(has)
  )
}

/** The pairs of `wanted` that `labels` lacks or has with another value, as `label key`. */
export function missingLabels(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(wanted)
    .filter(([key, value]) => !isOwnLabel(key) && (!Object.hasOwn(labels, key) || labels[key] !== value))
    .map(([key]) => `label ${key}`)
}

/** Whether a label is one that a runtime adds by itself. */
export function isOwnLabel(key: string): boolean {
  return key === operationLabel || key === runtimeLabel
}
