package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// checkKubernetes decodes each object strictly, and judges the pods by the restricted Pod Security Standard.
func checkKubernetes(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{core.AddToScheme, apps.AddToScheme, networking.AddToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	kinds := map[string]int{}
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		object, kind, err := decoder.Decode(document, nil, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		kinds[kind.Kind]++
		if d, ok := object.(*apps.Deployment); ok {
			if err := checkDeployment(d); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	if kinds["Deployment"] != 1 || kinds["PersistentVolumeClaim"] == 0 {
		return fmt.Errorf("%s holds %v", file, kinds)
	}
	fmt.Printf("%s: %v, by Kubernetes' own types and the restricted Pod Security Standard\n", file, kinds)
	return nil
}

// checkDeployment holds the deployment to what the bot needs.
func checkDeployment(d *apps.Deployment) error {
	pod := d.Spec.Template
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	verdict := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &pod.ObjectMeta, &pod.Spec))
	if !verdict.Allowed {
		return fmt.Errorf("the pod is not restricted: %s", verdict.ForbiddenDetail())
	}
	c := pod.Spec.Containers[0]
	switch {
	case d.Spec.Replicas == nil || *d.Spec.Replicas != 1 || d.Spec.Strategy.Type != apps.RecreateDeploymentStrategyType:
		return errors.New("more than one pod could run on one data folder")
	case c.LivenessProbe == nil || c.LivenessProbe.HTTPGet.Path != "/livez", c.ReadinessProbe == nil || c.ReadinessProbe.HTTPGet.Path != "/readyz":
		return errors.New("a probe is missing")
	case c.SecurityContext.ReadOnlyRootFilesystem == nil || !*c.SecurityContext.ReadOnlyRootFilesystem:
		return errors.New("the root can be written to")
	case pod.Spec.TerminationGracePeriodSeconds == nil || *pod.Spec.TerminationGracePeriodSeconds < 25:
		return errors.New("serve needs 20 s to finish")
	case c.Resources.Limits.Memory().IsZero():
		return errors.New("memory has no limit")
	}
	return nil
}
