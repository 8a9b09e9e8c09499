const ELEMENTS = new Set(
  'H Li Be B C N O F Na Mg Al Si P S Cl K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Rb Sr Y Zr Nb Mo Ru Rh Pd Ag Cd In Sn Sb Te I Cs Ba La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi'.split(
    ' ',
  ),
);
const WORD = /[A-Z][A-Za-z0-9]*/g;
const PART = /([A-Z][a-wyz]?)(\d+|x)?/g;
/** Words that look like chemical formulas but are not. */
const EXCLUDED_WORDS = new Set(['C2C', 'N2N']);

/** Formats numbers in chemical formulas as subscripts: `Ta2O5/TiO2` becomes `Ta₂O₅/TiO₂`; other text is unchanged. */
export const formatFormula = (text: string): string =>
  text.replaceAll(WORD, (word) => {
    const parts = [...word.matchAll(PART)];
    const whole = parts.map(([part]) => part).join('') === word;
    if (!whole || EXCLUDED_WORDS.has(word) || !parts.every(([, element]) => ELEMENTS.has(element!))) return word;
    return parts
      .map(([, element, amount = '']) => element + [...amount].map((c) => '₀₁₂₃₄₅₆₇₈₉'[Number(c)] ?? 'ₓ').join(''))
      .join('');
  });
