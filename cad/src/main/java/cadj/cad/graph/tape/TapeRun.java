package cadj.cad.graph.tape;

import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.autograd.graph.Tape;
import cadj.cad.graph.Preview;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// Something small that is run under a tape, to be drawn.
///
/// @param within key of the module that is drawn; empty for all
/// @param watched parameters and inputs by name
/// @param announces whether modules announce themselves in it
/// @param objective gives J, one element
record TapeRun(
    String within,
    SequencedMap<String, Tensor> watched,
    boolean announces,
    Supplier<Tensor> objective) {
  /// Runs it forward and backward.
  List<TapeNode> record() {
    Map<Tensor, String> names = new HashMap<>();
    watched.forEach((name, tensor) -> names.put(tensor, name));
    TapeGraph graph = new TapeGraph(within, names);
    Map<String, Preview> gradients = new HashMap<>();
    Scope.run(
        "tape to draw",
        () ->
            Tape.toldTo(
                graph,
                () ->
                    Tape.record(
                        watched.values(),
                        tape -> {
                          List<Intervention> looking =
                              announces ? graph.interventions() : List.of();
                          Tensor value = Activations.with(looking, objective);
                          tape.backward(
                              value,
                              (w, gradient) ->
                                  gradients.put(
                                      requireNonNull(names.get(w)), Preview.of(gradient)));
                          return null;
                        })));
    List<TapeNode> out = new ArrayList<>();
    for (TapeNode node : graph.nodes()) {
      Preview gradient =
          node.kind() == TapeNode.Kind.LEAF ? gradients.get(node.name()) : node.gradient();
      out.add(node.with(gradient));
    }
    return out;
  }
}
