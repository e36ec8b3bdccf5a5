// What is dragged is told to whoever takes the drop; nothing crosses the circuit until then.
const type = "application/x-dataflow-task-type";

export function attach(list) {
  list.addEventListener("dragstart", (event) => {
    const item = event.target.closest?.("[data-task-type]");
    if (!item) return;
    event.dataTransfer.setData(type, item.dataset.taskType);
    event.dataTransfer.setData("text/plain", item.dataset.taskType);
    event.dataTransfer.effectAllowed = "copy";
  });
}
