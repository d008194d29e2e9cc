/** On everything that a run of the contract makes: which run. */
export const runLabel = 'org.moorage.contract.run'

/** On everything that a case makes: which case. */
export const caseLabel = 'org.moorage.contract.case'

/** On everything that a run of the contract makes: which process it belongs to. */
export const ownerLabel = 'org.moorage.contract.owner'

/** On every container of a case: a random value of this one creation, which a container cannot inherit from its image. */
export const creationLabel = 'org.moorage.contract.creation'

/** On the strangers of a run, instead of the labels above: a random value of the run. */
export const strangerLabel = 'org.moorage.contract.stranger'

/** On the strangers of a run: which process they belong to. */
export const strangerOwnerLabel = 'org.moorage.contract.stranger.owner'

/** Begins the name of everything that a case makes. */
export const namePrefix = 'moorage-contract-'

/** Begins the name of every stranger. */
export const strangerPrefix = 'moorage-stranger-'
