/** One sentence at the place where something went wrong. */
export const FaultBox = ({ text }: { readonly text: string | undefined }) =>
  text === undefined ? null : (
    <p class="fault" role="alert">
      {text}
    </p>
  );
