/** A value of `Base` that only the parser beside the type can make. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
