package cadj.cad.cli;

import static cadj.tensor.shape.Require.require;

import cadj.models.files.ModelFiles;
import cadj.models.files.Pipeline;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.TextSettings;
import cadj.models.prompt.TextualInversion;
import cadj.models.tokenizer.Cleaning;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say how a model's prompts become tokens.
final class PromptOptions {
  @Option(
      names = "--tokenizer",
      defaultValue = "transformers",
      paramLabel = "NAME",
      description =
          "What is done to a prompt first: transformers, as today's pipelines do, or openai, which"
              + " repairs mojibake, HTML entities and curly quotes as ftfy does (default:"
              + " ${DEFAULT-VALUE}).")
  private Cleaning cleaning;

  @Option(
      names = "--embedding",
      paramLabel = "FILE",
      description =
          "A word learned by textual inversion, of diffusers' or AUTOMATIC1111's form; prompts use"
              + " it by the name in the file, or the file's name. Repeat for several.")
  private @Nullable List<Path> embeddings;

  @Option(
      names = "--prompt-weights",
      description =
          "Read (word:1.3) as a weight, (word) as 1.1 and [word] as 1/1.1; \\( is a bracket.")
  private boolean weights;

  @Option(
      names = "--long-prompts",
      description =
          "Encode prompts of more than 75 tokens in chunks, as web interfaces do, instead of"
              + " cutting them off.")
  private boolean longPrompts;

  @Option(
      names = "--no-t5",
      description =
          "Of Stable Diffusion 3: encode prompts without T5, as where its files are missing; it is"
              + " the largest part of the model.")
  private boolean withoutT5;

  @Option(
      names = "--t5-length",
      paramLabel = "N",
      description =
          "Of Stable Diffusion 3: so many tokens of a prompt go to T5, padded or cut off (default: "
              + TextSettings.T5_LENGTH
              + ").")
  private @Nullable Integer t5Length;

  /// What was asked for, as text that pictures carry.
  SequencedMap<String, String> text() {
    SequencedMap<String, String> text = new LinkedHashMap<>();
    if (cleaning != Cleaning.TRANSFORMERS) {
      text.put("tokenizer", cleaning.toString().toLowerCase(Locale.ROOT));
    }
    if (embeddings != null) {
      ArrayNode files = JsonNodeFactory.instance.arrayNode();
      embeddings.forEach(file -> files.add(file.toString()));
      text.put("embeddings", files.toString());
    }
    if (weights) {
      text.put("prompt_weights", "true");
    }
    if (longPrompts) {
      text.put("long_prompts", "true");
    }
    if (withoutT5) {
      text.put("no_t5", "true");
    }
    if (t5Length != null) {
      text.put("t5_length", t5Length.toString());
    }
    return text;
  }

  /// `model`, reading its prompts so.
  ModelFiles applyTo(ModelFiles model) {
    List<TextualInversion> learned =
        embeddings == null ? List.of() : embeddings.stream().map(TextualInversion::read).toList();
    require(
        model.pipeline() == Pipeline.STABLE_DIFFUSION_3 || (!withoutT5 && t5Length == null),
        "--no-t5, --t5-length: expected a model of Stable Diffusion 3, got %s",
        model.name());
    int length = t5Length == null ? TextSettings.T5_LENGTH : t5Length;
    require(
        length >= 1 && length <= TextSettings.LONGEST_T5,
        "--t5-length: expected 1 to %d, got %d",
        TextSettings.LONGEST_T5,
        length);
    return model.with(
        new TextSettings(
            cleaning, learned, new PromptStyle(longPrompts, weights), !withoutT5, length));
  }
}
