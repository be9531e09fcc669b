"""One provisioner for each resource type: it calls the API of moto, or stores the resource in the wiring.

moto's CloudFormation silently ignores recovery, encryption, notifications and alarms; its APIs support them. Each
provisioner lists the properties that it supports. Any other property is an error.
"""

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners import (
    alarms,
    api,
    buckets,
    buses,
    event_source_mappings,
    functions,
    keys,
    logs,
    machines,
    queues,
    roles,
    tables,
)
from consentry_emulator.provisioners.provisioner import Provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource

PROVISIONERS: dict[str, Provisioner] = {
    "AWS::ApiGatewayV2::Api": api.API,
    "AWS::ApiGatewayV2::Stage": api.STAGE,
    "AWS::CloudWatch::Alarm": alarms.ALARM,
    "AWS::DynamoDB::Table": tables.TABLE,
    "AWS::Events::EventBus": buses.BUS,
    "AWS::Events::EventBusPolicy": buses.POLICY,
    "AWS::Events::Rule": buses.RULE,
    "AWS::IAM::ManagedPolicy": roles.MANAGED_POLICY,
    "AWS::IAM::Role": roles.ROLE,
    "AWS::KMS::Key": keys.KEY,
    "AWS::Lambda::EventInvokeConfig": functions.INVOKE_CONFIG,
    "AWS::Lambda::EventSourceMapping": event_source_mappings.MAPPING,
    "AWS::Lambda::Function": functions.FUNCTION,
    "AWS::Lambda::LayerVersion": functions.LAYER,
    "AWS::Lambda::Permission": functions.PERMISSION,
    "AWS::Logs::LogGroup": logs.LOG_GROUP,
    "AWS::S3::Bucket": buckets.BUCKET,
    "AWS::S3::BucketPolicy": buckets.POLICY,
    "AWS::SQS::Queue": queues.QUEUE,
    "AWS::SQS::QueuePolicy": queues.POLICY,
    "AWS::StepFunctions::StateMachine": machines.MACHINE,
}


def create_resource(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    """Create one resource of a known type. UnknownPropertyError if the provisioner does not support a property."""
    provisioner = PROVISIONERS[resource.kind]
    for name in resource.properties:
        if name not in provisioner.supported_properties:
            raise UnknownPropertyError(resource.logical_id, name)
    return provisioner.make(resource, account)
