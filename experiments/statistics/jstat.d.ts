declare module 'jstat' {
  export interface JStat {
    readonly normal: {
      inv(p: number, mean: number, sd: number): number;
      cdf(x: number, mean: number, sd: number): number;
    };
    readonly chisquare: { inv(p: number, degreesOfFreedom: number): number };
    readonly studentt: { inv(p: number, degreesOfFreedom: number): number };
  }
  const jstat: { readonly jStat: JStat };
  export default jstat;
}
