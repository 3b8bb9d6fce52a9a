package cadj.bench.peer;

import cadj.bench.workload.Workload;
import java.util.List;
import java.util.ServiceLoader;

/// Another library, to measure against. Those of the profile `peers` are found as services, so that
/// a build without them does not know of any.
public interface Peer {
  /// Names of the contenders it may send, in the order of columns.
  List<String> names();

  /// Gets ready to compute with that many threads.
  void start(int threads);

  /// Its ways to do `workload`; empty, if it has none.
  List<Contender> contenders(Workload workload);

  /// All that this program was built with.
  static List<Peer> installed() {
    return ServiceLoader.load(Peer.class).stream().map(ServiceLoader.Provider::get).toList();
  }
}
