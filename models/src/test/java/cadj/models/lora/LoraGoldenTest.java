package cadj.models.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.clip.ClipTextOutput;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Weights and outputs of models with LoRAs merged, as diffusers fuses them (mixed alphas: as the
/// definition has them).
@GoldenTest
class LoraGoldenTest {
  private static final double WEIGHTS = 1e-6;
  private static final double OUTPUTS = 1e-5;

  private static final Pattern NAME = Pattern.compile("(.+)\\.scale([\\d.]+?)\\.([a-z].*)");

  /// A file of `index.json`, if the set has it.
  private record Case(JsonObject entry, Path file) {
    String stem() {
      return entry.string("file").replaceFirst("\\.safetensors$", "");
    }

    Path model() {
      return Golden.require(entry.string("model") + "/model_index.json").getParent();
    }

    LoraModel merged(double scale) {
      return LoraModel.of(ModelFiles.open(model()).source(), List.of(new Lora(file, scale)));
    }
  }

  private static List<Case> cases() {
    List<Case> out = new ArrayList<>();
    for (JsonObject entry : JsonFile.readList(Golden.require("lora/index.json")).objects()) {
      Optional<Path> file = Golden.find("lora/" + entry.string("file"));
      file.ifPresent(found -> out.add(new Case(entry, found)));
    }
    assertTrue(out.size() >= 5, out.toString());
    return out;
  }

  @Test
  void everyModuleIsFound() {
    for (Case its : cases()) {
      Map<String, Integer> expected = new HashMap<>();
      JsonObject modules = its.entry.object("modules");
      modules.keys().forEach(part -> expected.put(part, modules.integer(part)));
      assertEquals(expected, its.merged(1).merged().getFirst().modules(), its.stem());
      Golden.count(1);
    }
  }

  @Test
  void weightsAndOutputs() {
    try (SafetensorsFile golden = Golden.open("lora/expected.safetensors")) {
      for (Case its : cases()) {
        Map<Double, LoraModel> byScale = new HashMap<>();
        int compared = 0;
        for (String name : golden.names()) {
          Matcher match = NAME.matcher(name);
          if (match.matches() && match.group(1).equals(its.stem())) {
            double scale = Double.parseDouble(match.group(2));
            LoraModel merged = byScale.computeIfAbsent(scale, its::merged);
            compare(golden, name, match.group(3), its, merged);
            compared++;
          }
        }
        assertEquals(2, byScale.size(), its.stem());
        Golden.count(compared);
      }
    }
  }

  private static void compare(
      SafetensorsFile golden, String name, String what, Case its, LoraModel merged) {
    Tensor expected = golden.tensor(name);
    String[] words = what.split("\\.", 3);
    switch (words[0]) {
      case "fused" -> {
        try (Checkpoint weights = merged.weights(words[1])) {
          Golden.assertClose(name, expected, weights.tensor(words[2]), WEIGHTS);
        }
      }
      case "unet_out" -> Golden.assertClose(name, expected, unet(its, merged), OUTPUTS);
      default -> Golden.assertClose(name, expected, text(its, merged, words[0], words[1]), OUTPUTS);
    }
  }

  private static Tensor unet(Case its, LoraModel merged) {
    Path inputs = Golden.require(its.entry.string("model") + "/expected/unet.safetensors");
    try (SafetensorsFile file = Golden.open(inputs)) {
      Conditioning condition =
          new Conditioning(
              file.tensor("encoder_hidden_states"),
              orNull(file, "text_embeds"),
              orNull(file, "time_ids"));
      return ModelFiles.open(its.model())
          .with(merged)
          .denoiser()
          .forward(file.tensor("latents"), its.entry.integer("unet_timestep"), condition);
    }
  }

  private static @Nullable Tensor orNull(SafetensorsFile file, String name) {
    return file.contains(name) ? file.tensor(name) : null;
  }

  private static Tensor text(Case its, LoraModel merged, String part, String what) {
    Path inputs =
        Golden.require("%s/expected/%s.safetensors".formatted(its.entry.string("model"), part));
    try (SafetensorsFile file = Golden.open(inputs)) {
      Tensor ids = file.tensor("input_ids").slice(0, 0, 2).contiguous();
      ClipTextOutput out = ModelFiles.open(its.model()).with(merged).textEncoder(part).forward(ids);
      return switch (what) {
        case "last_hidden_state" -> out.lastHiddenState();
        case "hidden_states_-2" -> out.hiddenStates().get(out.hiddenStates().size() - 2);
        case "text_embeds" -> out.textEmbeds();
        default -> throw new AssertionError(what);
      };
    }
  }
}
