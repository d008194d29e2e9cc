/** On everything that a run of the contract makes: which run. */
export const runLabel = 'org.moorage.contract.run'

/** On everything that a case makes: which case. */
export const caseLabel = 'org.moorage.contract.case'

/** On everything that a run of the contract makes: which process it belongs to. */
export const ownerLabel = 'org.moorage.contract.owner'
