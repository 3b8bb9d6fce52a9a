package cadj.cad.graph;

import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.cad.attribution.TapeMemory;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextEncoder;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What was found out about a part of a model.
///
/// @param part its folder: `unet`
/// @param root all of its modules, in the order of computation
/// @param observed inputs and outputs at a time step
/// @param call which of several values under one key is this part's
/// @param weights by parameter's key; empty if not asked for
/// @param gradients ∂J/∂w likewise; a parameter that J does not depend on has none
/// @param objective J, or null if nothing was run
/// @param objectiveWords what J is
public record Findings(
    String part,
    ModuleTree root,
    Observed observed,
    int call,
    Map<String, Preview> weights,
    Map<String, Preview> gradients,
    @Nullable Double objective,
    String objectiveWords) {
  /// What statistics are made of.
  public enum Kind {
    WEIGHTS,
    ACTIVATIONS,
    GRADIENTS
  }

  /// Looks: at shapes by a dry run, which computes nothing, unless activations or gradients are
  /// asked for.
  public static Findings of(ModelFiles files, String part, PartRuns runs, Set<Kind> kinds) {
    boolean isRun = kinds.contains(Kind.ACTIVATIONS) || kinds.contains(Kind.GRADIENTS);
    if (isRun) {
      PartRuns.requireRunnable(files, part);
    }
    ModuleTree root;
    Map<String, Preview> weights = new HashMap<>();
    try (Checkpoint stored = PartRuns.weights(files, part)) {
      root = ModuleTree.of(stored, files.config(part));
      if (kinds.contains(Kind.WEIGHTS)) {
        for (String name : stored.names()) {
          Scope.run("weights", () -> weights.put(name, Preview.of(stored.tensor(name))));
        }
      }
    }
    if (!isRun) {
      Observed dry = shapes(files, part, runs);
      return new Findings(
          part, root.inOrderOf(dry), dry, part.endsWith("_2") ? 1 : 0, weights, Map.of(), null, "");
    }
    PartRun run = runs.of(files, part);
    Observed observed = new Observed(kinds.contains(Kind.ACTIVATIONS));
    Map<String, Preview> gradients = new HashMap<>();
    double objective =
        kinds.contains(Kind.GRADIENTS)
            ? differentiate(run, observed, gradients)
            : Tape.noGrad(
                () -> Activations.with(observed.interventions(), () -> run.objective().item()));
    return new Findings(
        part,
        root.inOrderOf(observed),
        observed,
        run.call(),
        weights,
        gradients,
        objective,
        run.words());
  }

  private static double differentiate(
      PartRun run, Observed observed, Map<String, Preview> gradients) {
    Map<Tensor, String> names = new HashMap<>();
    run.parameters().forEach((name, w) -> names.put(w, name));
    double[] objective = new double[1];
    Scope.run(
        "gradients",
        () ->
            Tape.within(
                TapeMemory.bytes(names.keySet(), 0, 1),
                () ->
                    Tape.record(
                        run.parameters().values(),
                        tape -> {
                          Tensor value = Activations.with(observed.interventions(), run::objective);
                          objective[0] = value.item();
                          tape.backward(
                              value,
                              (w, gradient) ->
                                  gradients.put(
                                      requireNonNull(names.get(w)), Preview.of(gradient)));
                          return null;
                        })));
    return objective[0];
  }

  private static Observed shapes(ModelFiles files, String part, PartRuns runs) {
    Observed out = new Observed(false);
    Shape latents = runs.latents(files);
    switch (part) {
      case "unet", "transformer" -> observe(out, () -> files.denoiserWork(latents));
      case "vae" -> {
        int factor = files.vaeConfig().downsampleFactor();
        Shape pictures = Shape.of(1, 3, latents.dim(2) * factor, latents.dim(3) * factor);
        observe(out, () -> files.encoderWork(pictures));
        observe(out, () -> files.decoderWork(latents));
      }
      case "text_encoder", "text_encoder_2", "text_encoder_3" ->
          observe(
              out,
              () ->
                  Scope.run(
                      "encode",
                      () -> TextEncoder.load(files).encode(List.of(runs.prompt()), 0, 0)));
      default -> {} // is no part of the pipeline
    }
    return out;
  }

  private static void observe(Observed observed, Runnable run) {
    Activations.with(
        observed.interventions(),
        () -> {
          run.run();
          return null;
        });
  }

  /// Of a module and all below, together; null where nothing was asked for or found.
  static @Nullable Statistics together(ModuleTree module, Map<String, Preview> of) {
    Statistics out = null;
    for (ModuleTree.Parameter parameter : module.allParameters().toList()) {
      Preview its = of.get(parameter.name());
      if (its != null) {
        out = out == null ? its.statistics() : out.and(its.statistics());
      }
    }
    return out;
  }

  @Nullable Shape input(ModuleTree module) {
    return observed.input(module.key(), call);
  }

  @Nullable Shape output(ModuleTree module) {
    return observed.output(module.key(), call);
  }

  /// Of the module's output.
  @Nullable Preview activation(ModuleTree module) {
    return observed.preview(module.key(), call);
  }
}
