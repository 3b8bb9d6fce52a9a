package cadj.cad.graph.tape;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.autograd.graph.TapeListener;
import cadj.cad.graph.Preview;
import cadj.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The operations that tapes recorded, with what they read, values and gradients.
///
/// Operations know the module in which they ran: that of a parameter that they read, else the
/// innermost of those announced ([#interventions]). Of a module alone, only what runs in it is
/// kept; what it reads from elsewhere are inputs.
public final class TapeGraph implements TapeListener {
  private final String within;
  private final Map<Tensor, String> leaves;
  private final List<TapeNode> nodes = new ArrayList<>();
  private final Map<Tensor, Integer> numbers = new HashMap<>();
  private final Deque<String> modules = new ArrayDeque<>();

  /// The modules that values from outside come from.
  private final Map<Tensor, String> elsewhere = new HashMap<>();

  /// @param within key of the module whose operations are kept; empty for all
  /// @param leaves names of parameters and other watched values
  public TapeGraph(String within, Map<Tensor, String> leaves) {
    this.within = within;
    this.leaves = new HashMap<>(leaves);
  }

  /// Lets it know in which module the run is.
  public List<Intervention> interventions() {
    return List.of(
        Activations.observe("**:input", (key, value) -> enter(key)),
        Activations.observe("**", (key, value) -> modules.removeFirstOccurrence(key)));
  }

  private void enter(String keyOfInput) {
    modules.push(keyOfInput.substring(0, keyOfInput.lastIndexOf(':')));
  }

  @Override
  public void operation(String name, List<Tensor> inputs, Tensor output) {
    String module = module(inputs);
    if (!within.isEmpty() && !modules.contains(within)) {
      elsewhere.put(output, module.isEmpty() ? name : module);
      return;
    }
    List<Integer> read = new ArrayList<>();
    for (Tensor input : inputs) {
      read.add(numbers.computeIfAbsent(input, this::leaf));
    }
    numbers.put(output, nodes.size());
    nodes.add(
        new TapeNode(TapeNode.Kind.OPERATION, name, module, read, 1, Preview.of(output), null));
  }

  private int leaf(Tensor input) {
    String name = leaves.get(input);
    TapeNode.Kind kind = name == null ? TapeNode.Kind.INPUT : TapeNode.Kind.LEAF;
    String from = elsewhere.get(input);
    String shown = name != null ? name : from != null ? "from " + from : "constant";
    nodes.add(new TapeNode(kind, shown, "", List.of(), 0, Preview.of(input), null));
    return nodes.size() - 1;
  }

  /// A fused kernel runs when its module is announced to be done already: its parameters tell.
  private String module(List<Tensor> inputs) {
    String innermost = modules.isEmpty() ? "" : modules.getFirst();
    for (Tensor input : inputs) {
      String name = leaves.getOrDefault(input, "");
      int dot = name.lastIndexOf('.');
      if (dot > innermost.length() && name.startsWith(innermost)) {
        return name.substring(0, dot);
      }
    }
    return innermost;
  }

  @Override
  public void block(String name, Tensor inner, Tensor output) {
    Integer number = numbers.get(inner);
    if (number != null) {
      numbers.put(output, number);
    }
    String from = elsewhere.get(inner);
    if (from != null) {
      elsewhere.put(output, from);
    }
  }

  @Override
  public void gradient(Tensor output, Tensor gradient) {
    Integer number = numbers.get(output);
    if (number != null) {
      nodes.set(number, nodes.get(number).with(Preview.of(gradient)));
    }
  }

  /// All nodes; each reads only such as stand before it.
  public List<TapeNode> nodes() {
    return List.copyOf(nodes);
  }
}
