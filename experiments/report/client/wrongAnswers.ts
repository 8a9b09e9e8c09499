export function enableWrongAnswerFilter(): void {
  const list = document.getElementById('wrong');
  const count = document.getElementById('wrong-count');
  if (!list || !count) return;
  const items = [...list.children] as HTMLElement[];
  const select = (id: string) => document.getElementById(id) as HTMLSelectElement;
  const [classBox, answerBox, order] = [select('wrong-class'), select('wrong-answer'), select('wrong-order')];
  const matches = (box: HTMLSelectElement, value: string | undefined) => box.value === '' || box.value === value;
  const dataValue = (item: HTMLElement, key: string): number => Number(item.dataset[key]);
  const update = (): void => {
    for (const item of items)
      item.hidden = !(matches(classBox, item.dataset.class) && matches(answerBox, item.dataset.answer));
    const keys = order.value.split(' ');
    const sorted = items.toSorted((a, b) => {
      const key = keys.find((one) => dataValue(a, one) !== dataValue(b, one));
      return key === undefined ? 0 : dataValue(a, key) - dataValue(b, key);
    });
    list.append(...sorted);
    const shown = items.filter(({ hidden }) => !hidden).length;
    count.textContent = `${shown.toLocaleString('en')} of ${items.length.toLocaleString('en')} shown`;
  };
  for (const box of [classBox, answerBox, order]) box.addEventListener('change', update);
  document.getElementById('wrong-controls')!.hidden = false;
  update();
}
