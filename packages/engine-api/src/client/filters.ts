/** The `label` filter of the engine's lists, as far as the engine can express it: it cuts at the first `=`. */
export function labelFilter(wanted: {
  readonly labels?: Readonly<Record<string, string>>
  readonly labelKeys?: readonly string[]
}): { readonly label?: string[] } {
  const label = [
    ...Object.entries(wanted.labels ?? {})
      .filter(([key]) => !key.includes('='))
      .map(([key, value]) => `${key}=${value}`),
    ...(wanted.labelKeys ?? []).filter((key) => !key.includes('=')),
  ]
  return label.length > 0 ? { label } : {}
}
