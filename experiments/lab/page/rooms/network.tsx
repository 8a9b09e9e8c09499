export default function Room() {
  return <p>Not here yet.</p>;
}
