// Every call of the npm client "mlflow" against a server; prints the answers as one JSON object.
const path = require('path');
const [, , endpoint, modules] = process.argv;
const MLflow = require(path.join(modules, 'mlflow'));
// The client prints every body that it sends.
console.log = () => {};

(async () => {
  const { Experiments, Runs, Metrics, Artifacts } = new MLflow({ endpoint });
  const answers = {};
  const call = async (name, promise) => {
    try {
      answers[name] = await promise;
    } catch (e) {
      answers[name] = { failed: String(e.message) };
    }
    return answers[name];
  };

  const { experiment_id } = await call('experiments.create', Experiments.create({ name: 'from npm', artifact_location: undefined }));
  await call('experiments.list', Experiments.list());
  await call('experiments.list all', Experiments.list({ view_type: 'ALL' }));
  await call('experiments.get', Experiments.get({ experiment_id }));
  await call('experiments.update', Experiments.update({ experiment_id, new_name: 'renamed' }));
  await call('experiments.setExperimentTag', Experiments.setExperimentTag({ experiment_id, key: 'k', value: 'v' }));
  await call('experiments.delete', Experiments.delete({ experiment_id }));
  await call('experiments.list active', Experiments.list({ view_type: 'ACTIVE_ONLY' }));
  await call('experiments.restore', Experiments.restore({ experiment_id }));
  await call('experiments.get again', Experiments.get({ experiment_id }));

  const created = await call('runs.create', Runs.create({
    experiment_id, user_id: 'npm', start_time: 1700000000000, tags: [{ key: 'a', value: 'b' }],
  }));
  const run_id = created.run.info.run_id;
  await call('runs.logMetric', Runs.logMetric({ run_id, key: 'loss', value: 0.5, timestamp: 1700000000001, step: 1 }));
  await call('runs.logMetric again', Runs.logMetric({ run_id, key: 'loss', value: 0.25, timestamp: 1700000000002, step: 2 }));
  await call('runs.logParameter', Runs.logParameter({ run_id, key: 'p', value: '1' }));
  await call('runs.setTag', Runs.setTag({ run_id, key: 't', value: 'x' }));
  await call('runs.deleteTag', Runs.deleteTag({ run_id, key: 't' }));
  await call('runs.logBatch', Runs.logBatch({
    run_id,
    metrics: [{ key: 'acc', value: 0.9, timestamp: 1700000000003, step: 1 }],
    params: [{ key: 'q', value: '2' }],
    tags: [{ key: 'u', value: 'y' }],
  }));
  await call('metrics.getHistory', Metrics.getHistory({ run_id, metric_key: 'loss' }));
  await call('artifacts.list', Artifacts.list({ run_id }));
  await call('runs.update', Runs.update({ run_id, status: 'FINISHED', end_time: 1700000001000 }));
  await call('runs.get', Runs.get({ run_id }));
  await call('runs.search', Runs.search({
    experiment_ids: [experiment_id], filter: 'metrics.loss < 0.3 and params.p = "1"', max_results: 10,
  }));
  await call('runs.delete', Runs.delete({ run_id }));
  await call('runs.search deleted', Runs.search({ experiment_ids: [experiment_id], run_view_type: 'DELETED_ONLY', max_results: 10 }));
  await call('runs.restore', Runs.restore({ run_id }));
  await call('unknown run', Runs.get({ run_id: '0'.repeat(32) }));
  process.stdout.write(JSON.stringify(answers));
})();
