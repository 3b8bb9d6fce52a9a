package cadj.models.pipeline;

import cadj.models.clip.ClipTextModel;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads a prompt back from its embeddings, where a file tells no more of it.
///
/// A text encoder is causal, so a state depends on the tokens up to it: the prompt is found token
/// by token, as the one of the vocabulary whose state is nearest.
record PromptReader(ClipTextModel encoder, ClipTokenizer tokenizer, List<String> vocabulary) {
  /// @param folder the tokenizer's own
  static PromptReader of(ClipTextModel encoder, ClipTokenizer tokenizer, Path folder) {
    JsonObject ids = JsonFile.read(folder.resolve("vocab.json"));
    String[] vocabulary = new String[ids.keys().size()];
    ids.keys().forEach(token -> vocabulary[ids.integer(token)] = token);
    return new PromptReader(encoder, tokenizer, List.of(vocabulary));
  }

  /// @param states last but one hidden states of one prompt, [1,T,hidden]
  String read(Tensor states) {
    List<Long> ids = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < states.dim(1); at++) {
      long id = nearest(ids, states.slice(1, at, at + 1).contiguous().toFloats());
      if (at > 0 && id == tokenizer.endId()) {
        break;
      }
      ids.add(id);
      text.append(at == 0 ? "" : vocabulary.get((int) id).replace("</w>", " "));
    }
    return text.toString().strip();
  }

  /// The token that, after `before`, gives the state nearest to `state`.
  private long nearest(List<Long> before, float[] state) {
    float[] states = lastStates(before);
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int id = 0; id < vocabulary.size(); id++) {
      double distance = 0;
      for (int i = 0; i < state.length; i++) {
        double difference = states[id * state.length + i] - state[i];
        distance += difference * difference;
      }
      if (distance < least) {
        best = id;
        least = distance;
      }
    }
    return best;
  }

  /// The last state of `before` followed by each token of the vocabulary.
  private float[] lastStates(List<Long> before) {
    int length = before.size() + 1;
    long[] ids = new long[vocabulary.size() * length];
    for (int id = 0; id < vocabulary.size(); id++) {
      for (int i = 0; i < before.size(); i++) {
        ids[id * length + i] = before.get(i);
      }
      ids[id * length + length - 1] = id;
    }
    return Scope.keep(
            "read prompt",
            () -> {
              List<Tensor> states =
                  encoder.forward(Tensor.of(ids, vocabulary.size(), length)).hiddenStates();
              return states.get(states.size() - 2).slice(1, length - 1, length).contiguous();
            })
        .toFloats();
  }
}
