/** Wrong answers by class, by answer, and in an order of choice. */
export function filterWrong(): void {
  const list = document.getElementById('wrong');
  const told = document.getElementById('wrong-told');
  if (!list || !told) return;
  const items = [...list.children] as HTMLElement[];
  const choice = (id: string) => document.getElementById(id) as HTMLSelectElement;
  const [of, as, order] = [choice('wrong-class'), choice('wrong-answer'), choice('wrong-order')];
  const number = (item: HTMLElement, key: string): number => Number(item.dataset[key]);
  const apply = (): void => {
    let shown = 0;
    for (const item of items) {
      const fits =
        (of.value === '' || item.dataset.class === of.value) && (as.value === '' || item.dataset.answer === as.value);
      item.hidden = !fits;
      if (fits) shown++;
    }
    const keys = order.value.split(' ');
    const sorted = items.toSorted((a, b) => {
      const first = keys.find((key) => number(a, key) !== number(b, key));
      return first === undefined ? 0 : number(a, first) - number(b, first);
    });
    list.append(...sorted);
    told.textContent = `${shown.toLocaleString('en')} of ${items.length.toLocaleString('en')} shown`;
  };
  for (const one of [of, as, order]) one.addEventListener('change', apply);
  document.getElementById('wrong-controls')!.hidden = false;
  apply();
}
