/** The value of a variable; a blank one is as unset. */
export function variable(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value = environment[name]
  return value === undefined || value.trim() === '' ? undefined : value
}
