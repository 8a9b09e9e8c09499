/** Symbols of the elements that devices are made of, and x for an amount that is not told. */
const ELEMENTS = new Set(
  'H Li Be B C N O F Na Mg Al Si P S Cl K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Rb Sr Y Zr Nb Mo Ru Rh Pd Ag Cd In Sn Sb Te I Cs Ba La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi'.split(
    ' ',
  ),
);
const WORD = /[A-Z][A-Za-z0-9]*/g;
const PART = /([A-Z][a-wyz]?)(\d+|x)?/g;
const LOWERED: Readonly<Record<string, string>> = { x: 'ₓ' };
/** Words of the field that look like formulas: cycle to cycle. */
const NOT = new Set(['C2C', 'N2N']);

/** Amounts in chemical formulas as lowered digits: `Ta2O5/TiO2` as `Ta₂O₅/TiO₂`; all other words stay. */
export const formatFormula = (text: string): string =>
  text.replaceAll(WORD, (word) => {
    const parts = [...word.matchAll(PART)];
    const whole = parts.map(([part]) => part).join('') === word;
    if (!whole || NOT.has(word) || !parts.every(([, element]) => ELEMENTS.has(element!))) return word;
    return parts
      .map(
        ([, element, amount = '']) => element + [...amount].map((c) => LOWERED[c] ?? '₀₁₂₃₄₅₆₇₈₉'[Number(c)]).join(''),
      )
      .join('');
  });
